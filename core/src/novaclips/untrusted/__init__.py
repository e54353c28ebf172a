"""Reading what nobody vouches for: answers of services, what plugins return, files of a project that somebody sent.

Each module reads one kind of thing and returns plain values within bounds, or says what is wrong. Nothing here
knows of scenes, plugins or the ledger.
"""

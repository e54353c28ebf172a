"""What every plugin keeps, as tests: one class for each kind; a subclass gives one fixture, ``case``.

``packaging`` has the rules for plugins of every kind, ``provider``, ``job``, ``enhancer``, ``writer`` and
``style_pack`` those of a kind. The name of a test starts with the number of its rule on the page "The contract" of
novaclips' documentation. Import the classes from ``novaclips.testing``.
"""

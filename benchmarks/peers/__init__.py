"""What people write without novaclips; run by a Python of its own, which has the peers' SDKs and not novaclips."""

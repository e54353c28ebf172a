"""What ``novaclips plugins new`` writes: a plugin that installs, passes its contract test and works at once."""

from novaclips.installed import KINDS
from novaclips.scaffold.scaffold import first_command, write_plugin

__all__ = ["KINDS", "first_command", "write_plugin"]

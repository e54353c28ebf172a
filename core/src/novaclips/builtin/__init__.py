"""What ships in core and is registered through the same hooks as any plugin."""

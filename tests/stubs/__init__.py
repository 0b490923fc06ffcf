"""Small loopback servers that stand for other systems."""

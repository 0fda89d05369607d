"""How extensions are written: commands, actions, services, replies and the context they get."""

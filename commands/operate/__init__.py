"""/disable and /enable: what operators do to commands while the bot runs."""

from commands.operate.commands import disable, enable, set_switch

__all__ = ["disable", "enable", "set_switch"]

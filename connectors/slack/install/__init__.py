"""How an app comes into a workspace and out of it: its manifest, its pages, its tokens."""

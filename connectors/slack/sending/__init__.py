"""What goes to Slack: where a message lands, its files, and the calls themselves."""

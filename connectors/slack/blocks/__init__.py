"""What Slack shows, in Block Kit: controls, cards, forms and words; pure, and knows no request."""

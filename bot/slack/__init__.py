"""Slack as a face."""

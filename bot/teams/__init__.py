"""The assistant in Microsoft Teams."""

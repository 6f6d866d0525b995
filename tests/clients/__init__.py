"""compactbot with servers and clients for Slack and Teams that others wrote. `make test-clients` sets up and runs them."""

from pathlib import Path

HERE = Path(__file__).parent

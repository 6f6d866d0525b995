"""compactbot with a Slack server and a Slack client that others wrote. `make test-clients` sets up and runs these tests."""

from pathlib import Path

HERE = Path(__file__).parent

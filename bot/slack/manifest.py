"""The app manifest: what to paste into Slack when the app is made."""

from string import Template

# Each scope is used; docs/slack.md tells for what.
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
)
EVENTS = ("app_home_opened", "app_mention", "message.im")
PROMPTS = (
    "How much notice must we give?",
    "Who pays for DBS checks?",
    "When is the next forum?",
    "How do we raise a concern?",
)

_MANIFEST = Template("""\
_metadata:
  major_version: 2
  minor_version: 1
display_information:
  name: compactbot
  description: Answers questions about your Compact, and says where it stands.
  long_description: >-
    Ask compactbot what your Compact commits public bodies and the voluntary sector to, in plain English, and where in
    the document it says so. It looks answers up and never makes anything up; where the Compact does not answer, it
    says so and tells where to turn. It works out dates, such as the day by which notice must be given.
  background_color: "#1f4e5f"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: compactbot
    always_online: true
  agent_view:
    agent_description: Tells what your Compact commits whom to, and where it says so.
    suggested_prompts:
$prompts
  slash_commands:
    - command: /compact
      description: Ask what the Compact says, just for you
      usage_hint: how much notice must we give?
      should_escape: false$command_url
  shortcuts:
    - name: Raise a concern
      type: global
      callback_id: raise_concern
      description: Tell the Compact leads, in private, that a Compact is not being kept
    - name: Raise a concern about it
      type: message
      callback_id: raise_concern_about
      description: Tell the Compact leads, in private, with this message to begin with
oauth_config:
  scopes:
    bot:
$scopes
settings:
  event_subscriptions:$events_url
    bot_events:
$events
  interactivity:
    is_enabled: true$interactivity_url
  org_deploy_enabled: false
  socket_mode_enabled: $socket_mode
  token_rotation_enabled: false
""")


def manifest(url: str | None) -> str:
    """The manifest as YAML: for HTTP at `url`, the public address of the server, or for Socket Mode without one."""
    endpoint = f"{url.rstrip('/')}/slack/events" if url else None
    return _MANIFEST.substitute(
        prompts="\n".join(f"      - title: {each}\n        message: {each}" for each in PROMPTS),
        scopes="\n".join(f"      - {each}" for each in SCOPES),
        events="\n".join(f"      - {each}" for each in EVENTS),
        command_url=f"\n      url: {endpoint}" if endpoint else "",
        events_url=f"\n    request_url: {endpoint}" if endpoint else "",
        interactivity_url=f"\n    request_url: {endpoint}" if endpoint else "",
        socket_mode="false" if endpoint else "true",
    )

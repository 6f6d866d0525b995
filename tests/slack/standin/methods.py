"""All the methods of the Web API that the stand-in has."""

from collections.abc import Mapping

from tests.slack.standin import messages, views
from tests.slack.standin.arguments import CONTENT, UNFURLING
from tests.slack.standin.things import Method

LOOK = ("as_user", "icon_emoji", "icon_url", "link_names", "parse", "username", "thread_ts")
PAGING = ("cursor", "inclusive", "include_all_metadata", "latest", "limit", "oldest")
HISTORY = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
METHODS: Mapping[str, Method] = {
    "auth.test": Method(messages.auth_test),
    "chat.postMessage": Method(messages.post_message, ("channel",), (*CONTENT, *LOOK, *UNFURLING), scope="chat:write"),
    "chat.postEphemeral": Method(messages.post_ephemeral, ("channel", "user"), (*CONTENT, *LOOK), scope="chat:write"),
    "chat.update": Method(
        messages.update,
        ("channel", "ts"),
        (*CONTENT, "metadata", "as_user", "link_names", "parse"),
        scope="chat:write",
    ),
    "chat.delete": Method(messages.delete, ("channel", "ts"), ("as_user",), scope="chat:write"),
    "conversations.open": Method(messages.open_conversation, (), ("channel", "users", "return_im"), scope="im:write"),
    "conversations.history": Method(
        messages.conversation_history, ("channel",), PAGING, reads_json=False, scope=HISTORY
    ),
    "conversations.replies": Method(
        messages.conversation_replies, ("channel", "ts"), PAGING, reads_json=False, scope=HISTORY
    ),
    "views.open": Method(views.open_view, ("trigger_id", "view")),
    "views.publish": Method(views.publish_view, ("user_id", "view"), ("hash",)),
    "views.update": Method(views.update_view, ("view",), ("view_id", "external_id", "hash")),
    "assistant.threads.setStatus": Method(
        views.set_status,
        ("channel_id", "thread_ts"),
        ("status", "loading_messages", "icon_emoji", "icon_url", "username"),
        scope="assistant:write",
    ),
    "assistant.threads.setSuggestedPrompts": Method(
        views.set_suggested_prompts, ("channel_id", "prompts"), ("thread_ts", "title"), scope="assistant:write"
    ),
    "apps.connections.open": Method(views.open_connection, for_app=True),
}

"""The kinds of Slack's requests that carry no message of a customer.

Slack's Events API reference (2026) and its older asynchronous specification. What is in none of
these sets is unknown to us, and is kept instead of being ignored.
"""

WORDS = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of ``message`` that somebody wrote."""

SILENT_SUBTYPES = frozenset(
    """
    assistant_app_thread bot_add bot_disable bot_enable bot_message bot_remove channel_archive
    channel_canvas_updated channel_convert_to_private channel_convert_to_public channel_join
    channel_leave channel_name channel_posting_permissions channel_purpose channel_topic
    channel_unarchive document_comment_root document_mention ekm_access_denied file_comment
    file_mention group_archive group_join group_leave group_name group_purpose group_topic
    group_unarchive huddle_thread joiner_notification joiner_notification_for_inviter
    lists_user_mentioned message_changed message_deleted message_replied pinned_item
    reminder_add reminder_delete reply_broadcast sh_room_created sh_room_shared
    tabbed_canvas_updated tombstone unpinned_item
    """.split()  # noqa: SIM905 - a list would be a hundred lines of one name each
)
"""Subtypes of ``message`` that Slack, an app or an editor's hand made."""

SILENT_EVENTS = frozenset(
    """
    app_deleted app_home_opened app_installed app_requested app_uninstalled
    app_uninstalled_team assistant_thread_context_changed assistant_thread_started call_rejected
    channel_archive channel_created channel_deleted channel_history_changed channel_id_changed
    channel_joined channel_left channel_rename channel_shared channel_unarchive channel_unshared
    dnd_updated dnd_updated_user email_domain_changed emoji_changed entity_details_requested
    external_org_migration_finished external_org_migration_started file_change file_comment_added
    file_comment_deleted file_comment_edited file_created file_deleted file_public file_shared
    file_unshared function_executed goodbye grid_migration_finished grid_migration_started
    group_archive group_close group_deleted group_history_changed group_left group_open
    group_rename group_unarchive im_close im_created im_history_changed im_open invite_requested
    link_shared member_joined_channel member_left_channel message_metadata_deleted
    message_metadata_posted message_metadata_updated pin_added pin_removed reaction_added
    reaction_removed resources_added resources_removed scope_denied scope_granted
    shared_channel_invite_accepted shared_channel_invite_approved
    shared_channel_invite_declined shared_channel_invite_received
    shared_channel_invite_requested star_added star_removed subteam_created
    subteam_members_changed subteam_self_added subteam_self_removed subteam_updated
    team_access_granted team_access_revoked team_domain_change team_join team_rename
    tokens_revoked user_change user_huddle_changed user_profile_changed
    user_resource_denied user_resource_granted user_resource_removed user_status_changed
    workflow_deleted workflow_published workflow_step_deleted workflow_step_execute
    workflow_unpublished
    """.split()  # noqa: SIM905 - a list would be a hundred lines of one name each
)

SILENT_INTERACTIONS = frozenset(
    """
    block_suggestion dialog_cancellation dialog_submission dialog_suggestion interactive_message
    message_action shortcut view_closed view_submission workflow_step_edit
    """.split()  # noqa: SIM905 - a list would be a hundred lines of one name each
)
"""Interactions with what this connector never shows."""

SILENT_BODIES = frozenset({"app_rate_limited", "url_verification"})

"""Pages derived from declarations: menu, list, record, form, actions, trail, lifecycle, all without a word of business."""

"""Pages derived from declarations: menu, list, record, form, actions, trail, lifecycle, without a word of business."""

"""What a postmortem's text is made of: sections, internal passages, the assembled timeline, hints, exports."""

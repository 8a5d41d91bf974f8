"""The registry's schema, one step a file, oldest first. A step that was released is never changed."""

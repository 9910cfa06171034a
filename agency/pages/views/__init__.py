"""The pages put together from what the rooms and the apps know."""

"""The wire between booth and page: recorded states, and that they are still what a booth sends."""

"""Programs that run inside the virtual machine."""

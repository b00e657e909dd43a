"""What a reader can do: each module one kind of deed, each class made by the workbench."""

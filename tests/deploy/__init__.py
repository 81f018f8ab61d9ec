"""The package, the locks, the image and the services."""

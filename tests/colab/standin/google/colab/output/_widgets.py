"""The address of the widget manager: None until it is enabled."""

ADDRESS = "https://example.org/custom-widget-manager.js"
_installed_url = None

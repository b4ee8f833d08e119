"""HockeyTech: ice hockey (PWHL). Pure."""

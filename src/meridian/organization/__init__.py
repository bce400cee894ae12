"""The company itself: sites, departments, places, own licences, and the posts people hold."""

"""The things and places that words can mean."""

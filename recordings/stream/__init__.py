"""What is watched: live (LL-HLS and HLS), the house's sub-second path, push, preview."""

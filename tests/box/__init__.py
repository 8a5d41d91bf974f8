"""The box: releases, backups, the network, the screen. What the product is made of is tested in the other folders."""

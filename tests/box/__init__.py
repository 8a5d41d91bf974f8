"""The box: releases, backups, the machine. What the product is made of has its tests in the other folders."""

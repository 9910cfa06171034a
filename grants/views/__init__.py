"""What people see of aid on the site."""

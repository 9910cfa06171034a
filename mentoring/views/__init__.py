"""What people see of mentoring on the site."""

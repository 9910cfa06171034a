"""The profile: who the person is, and where they work."""

from django import forms

from agency.people.models import Affiliation, Person


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["given_name", "family_name"]


class AffiliationForm(forms.ModelForm):
    class Meta:
        model = Affiliation
        fields = ["job_title"]

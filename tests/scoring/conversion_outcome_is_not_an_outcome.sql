-- A var conversion_outcome that no outcome can match would score converted leads for ever.
select '{{ var("conversion_outcome") }}' as conversion_outcome
where '{{ var("conversion_outcome") }}' not in ('{{ outcome_names() | join("', '") }}')

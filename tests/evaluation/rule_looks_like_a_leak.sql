-- Rules that tell conversion almost by themselves. What they look at may be known only afterwards,
-- such as a field that sales fills in when a deal is won.
{{ config(severity='warn') }}

select
    scorecard_id,
    rule_id,
    iv
from {{ ref('rule_performance') }}
where verdict = 'suspiciously strong'

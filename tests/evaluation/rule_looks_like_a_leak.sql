-- Rules that tell conversion almost by themselves. What they look at may be known only afterwards,
-- such as a field that sales fills in when a deal is won. Where few leads converted the verdict
-- beside it says that it may as well be chance.
{{ config(severity='warn') }}

select
    rules.scorecard_id,
    rules.rule_id,
    rules.iv,
    rules.verdict
from {{ ref('rule_performance') }} as rules
cross join {{ ref('stg_config__evaluation_settings') }} as limits
where rules.iv > limits.leak_information_value

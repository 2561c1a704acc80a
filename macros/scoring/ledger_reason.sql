{# An entry of the ledger as a sentence; rules bring their own. #}
{% macro ledger_reason(entry, dimension, rule_reason) -%}
    case {{ entry }}
        when 'rule' then {{ rule_reason }}
        when 'base' then 'Points that every lead of this scorecard starts with'
        when 'dimension_limit' then 'Limit of the scorecard on ' || {{ dimension }} || ' points'
        when 'score_floor' then 'Lowest score of the scorecard'
        when 'score_ceiling' then 'Highest score of the scorecard'
    end
{%- endmacro %}

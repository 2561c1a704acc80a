{#
    How often a number drawn evenly from 0 to 1 is drawn into a bootstrap sample: a Poisson variable of mean 1, which
    is what drawing with replacement comes to for many leads (Hanley and MacGibbon 2006).
#}
{% macro poisson_weight(uniform) -%}
    case
        {%- set terms = [] %}
        {%- set term = namespace(value=1.0, total=0.0) %}
        {%- for weight in range(8) %}
            {%- set term.value = term.value / weight if weight > 0 else 1.0 %}
            {%- set term.total = term.total + term.value %}
            when {{ uniform }} < exp(-1) * {{ term.total }} then {{ weight }}
        {%- endfor %}
        else 8
    end
{%- endmacro %}

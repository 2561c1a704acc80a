{# Whether text is an email address: something, one @, a domain with a dot, no white space. #}
{% macro is_email_address(expression) -%}
    coalesce(
        {{ expression }} like '_%@_%._%'
        and {{ expression }} not like '%@%@%'
        and {{ expression }} not like '%@.%'
        and {{ expression }} not like '%.'
        and {{ expression }} not like '% %'
        and {{ expression }} not like '%' || chr(9) || '%'
        and {{ expression }} not like '%' || chr(10) || '%',
        false
    )
{%- endmacro %}

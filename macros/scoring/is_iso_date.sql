{# Whether text is a day of the calendar written YYYY-MM-DD. #}
{% macro is_iso_date(text) -%}
    {%- if not modules.re.match('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', text) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set year, month, day = text[:4] | int, text[5:7] | int, text[8:] | int -%}
    {%- set is_leap_year = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 -%}
    {%- set february = 29 if is_leap_year else 28 -%}
    {%- set days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {{ return(year > 0 and day <= days[month - 1]) }}
{%- endmacro %}

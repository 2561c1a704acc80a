{# White space beyond blank, tab and line breaks, with the two marks of no width that copied text and files carry. #}
{% macro blank_characters() -%}
    {{ return(
        '\u000b\u000c\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b'
        ~ '\u2028\u2029\u202f\u205f\u3000\ufeff'
    ) }}
{%- endmacro %}

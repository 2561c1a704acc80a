{#
    The share of a standard normal distribution that lies below a number, to 15 decimals (tails to 8
    digits at least): Hart's rational approximation and, far out, a continued fraction (G. West, Better
    Approximations to Cumulative Normal Functions, Wilmott Magazine 2005). The expression is repeated:
    pass a column.
#}
{% macro normal_cdf(expression) -%}
    {%- set size = 'abs(' ~ expression ~ ')' -%}
    {%- set bell = 'exp(-' ~ size ~ ' * ' ~ size ~ ' / 2)' -%}
    {%- set numerator = [
        '3.52624965998911e-2', '7.00383064443688e-1', '6.37396220353165e0', '3.3912866078383e1',
        '1.12079291497871e2', '2.21213596169931e2', '2.20206867912376e2',
    ] -%}
    {%- set denominator = [
        '8.83883476483184e-2', '1.75566716318264e0', '1.6064177579207e1', '8.67807322029461e1',
        '2.96564248779674e2', '6.37333633378831e2', '7.93826512519948e2', '4.40413735824752e2',
    ] -%}
    {%- set sqrt_two_pi = '2.5066282746310002e0' -%}
    {%- set fraction = namespace(sql=size) -%}
    {%- for step in range(12, 0, -1) -%}
        {%- set fraction.sql = '(' ~ size ~ ' + ' ~ step ~ 'e0 / ' ~ fraction.sql ~ ')' -%}
    {%- endfor -%}
    {%- set tail -%}
        case
            -- Nothing that a 64-bit number can tell from 0.
            when {{ size }} > 37 then 0e0
            when {{ size }} < 7.07106781186547e0
                then
                    {{ bell }}
                    * {{ horner(numerator, size) }}
                    / {{ horner(denominator, size) }}
            else
                {{ bell }} / {{ sqrt_two_pi }} / {{ fraction.sql }}
        end
    {%- endset -%}
    case
        when {{ expression }} > 0 then 1 - {{ tail }}
        else {{ tail }}
    end
{%- endmacro %}

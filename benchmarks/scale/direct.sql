-- One row per lead that the scorecard scores on the day, in the temp table scores: score, bands and
-- priority, straight from the raw Parquet files and the CSV files of the seeds.
--
-- What somebody would write who wants nothing but these scores, simple and fast: one day, one
-- scorecard for open leads without a segment, attributes as they are loaded now or as changes log
-- them. No memory of earlier runs, no other day, no reasons, no check of seeds or of rows.
--
-- Variables of DuckDB that have to be set: raw and seeds (folders), scorecard_id, as_of (a date).
-- The time zone has to be UTC.

-- Texts -----------------------------------------------------------------------------------------

-- Text without outer white space; blank is missing. Printable ASCII without blanks at its ends,
-- which is most text, is left alone: looking costs a quarter of trimming.
create temp macro clean_text(raw) as
    case
        when regexp_full_match(raw, '[!-~]([ -~]*[!-~])?') then raw
        else nullif(trim(replace(raw, chr(0), ''), e' \t\n\r'), '')
    end;

-- UTC from text. Only text with an offset needs the slow parser that knows time zones.
create temp macro parse_time(raw) as
    case
        when raw like '____-__-_____:__:__' then try_cast(raw as timestamp)
        when isfinite(try_cast(raw as timestamptz))
            then cast(try_cast(raw as timestamptz) as timestamp)
    end;

create temp macro parse_number(cell) as
    case
        when
            regexp_full_match(
                trim(cell),
                '[+-]?([0-9]{1,200}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9]{1,2})?'
            )
            then try_cast(cell as double) + 0
    end;

-- One spelling for equal numbers and for texts that differ in case.
create temp macro canonical(cell) as
    coalesce(cast(parse_number(cell) as varchar), lower(trim(cell)));

-- One text from columns that sorts as they do, a missing one first.
create temp macro sortable(cell) as coalesce(chr(2) || cast(cell as varchar), '');

create temp macro seed(path) as table
    select * from read_csv(
        getvariable('seeds') || '/' || path || '.csv',
        header = true, delim = ',', quote = '"', escape = '"', all_varchar = true
    );

-- Rules -----------------------------------------------------------------------------------------

-- What is known and what it is compared with, in the forms that comparisons need.
create temp macro known(cell) as {
    'text': lower(cell), 'canonical': canonical(cell), 'number': parse_number(cell)
};

create temp macro condition(operator, value) as {
    'operator': operator,
    'text': lower(value),
    'canonical': canonical(value),
    'number': parse_number(value),
    'low': parse_number(split_part(value, '..', 1)),
    'high': parse_number(split_part(value, '..', 2)),
    'items': list_transform(string_split(value, '|'), lambda item: canonical(item))
};

-- Whether a condition holds; a missing value meets only `is missing`.
create temp macro holds(known, condition) as
    coalesce(
        case condition.operator
            when 'is missing' then known.text is null
            when 'is present' then known.text is not null
            when '=' then known.canonical = condition.canonical
            when '!=' then known.canonical <> condition.canonical
            when 'in' then list_contains(condition.items, known.canonical)
            when 'not in' then not list_contains(condition.items, known.canonical)
            when '>' then known.number > condition.number
            when '>=' then known.number >= condition.number
            when '<' then known.number < condition.number
            when '<=' then known.number <= condition.number
            when 'between' then known.number between condition.low and condition.high
            when 'contains' then contains(known.text, condition.text)
            when 'starts with' then starts_with(known.text, condition.text)
        end,
        false
    );

create temp macro capped(points, max_points) as
    cast(
        case
            when points > max_points then max_points
            when points < -max_points then -max_points
            else points
        end as decimal(12, 2)
    );

create temp macro limited(points, min_points, max_points) as
    cast(
        case
            when points > max_points then max_points
            when points < min_points then min_points
            else points
        end as decimal(12, 2)
    );

-- The scorecard ---------------------------------------------------------------------------------

create temp table rules as
select
    row_number() over (order by rule_id) as rule_number,
    lower(dimension) as dimension,
    lower(signal) as signal,
    lower(measure) as measure,
    lower(topic) as topic,
    cast(window_days as integer) as window_days,
    condition(lower(operator), value) as condition,
    cast(points as decimal(12, 2)) as points,
    cast(half_life_days as double) as half_life_days,
    cast(max_points as decimal(12, 2)) as max_points,
    segment_id
from (
    select * from seed('scorecards/score_rules')
    union all by name
    select * from seed('scorecards/score_rules_fitted')
)
where scorecard_id = getvariable('scorecard_id');

create temp table segment_conditions as
select
    segment_id,
    lower(attribute) as signal,
    condition(lower(operator), value) as condition,
    count(*) over (partition by segment_id) as condition_count
from seed('scorecards/segments')
where segment_id in (select segment_id from rules);

-- Who is who ------------------------------------------------------------------------------------

create temp table raw_leads as
select
    clean_text(lead_id) as lead_id,
    parse_time(created_at) as created_at,
    updated_at,
    clean_text(email) as email,
    clean_text(first_name) as first_name,
    clean_text(last_name) as last_name,
    clean_text(phone) as phone,
    clean_text(job_title) as job_title,
    clean_text(company_id) as company_id,
    clean_text(company_name) as company_name,
    clean_text(industry) as industry,
    clean_text(employee_count) as employee_count,
    clean_text(annual_revenue) as annual_revenue,
    clean_text(country) as country,
    clean_text(region) as region,
    clean_text(lead_source) as lead_source,
    clean_text(campaign) as campaign,
    clean_text(lifecycle_stage) as lifecycle_stage,
    clean_text(owner_id) as owner_id,
    coalesce(lower(trim(cast(is_deleted as varchar))) in ('true', 't', '1', 'yes', 'y'), false)
        as is_deleted
from read_parquet(getvariable('raw') || '/leads*.parquet', union_by_name = true)
where
    clean_text(lead_id) is not null
    and cast(parse_time(created_at) as date) <= current_date;

-- Of the rows of a lead the newest counts. Almost every lead has one row: only others are ranked.
create temp table repeated_leads as
select lead_id from raw_leads
group by lead_id
having count(*) > 1;

create temp table leads as
select * from raw_leads
where lead_id not in (from repeated_leads)
union all
select * from raw_leads
where lead_id in (from repeated_leads)
qualify
    row_number() over (
        partition by lead_id
        order by
            updated_at desc nulls last,
            created_at desc nulls last,
            concat_ws(
                chr(1), sortable(email), sortable(first_name), sortable(last_name), sortable(phone),
                sortable(job_title), sortable(company_id), sortable(company_name),
                sortable(industry), sortable(employee_count), sortable(annual_revenue),
                sortable(country), sortable(region), sortable(lead_source), sortable(campaign),
                sortable(lifecycle_stage), sortable(owner_id), sortable(is_deleted)
            ) desc
    ) = 1;

create temp macro is_email_address(email) as
    coalesce(
        email like '_%@_%._%'
        and email not like '%@%@%'
        and email not like '%@.%'
        and email not like '%.'
        and not contains(email, ' ')
        and not contains(email, chr(9))
        and not contains(email, chr(10)),
        false
    );

-- Leads with one address are one person, who keeps the first of them. `+tags` do not count, nor do
-- dots where the provider ignores them.
create temp table identity as
with

free_domains as (

    select distinct lower(domain) as domain
    from seed('reference/free_email_domains')
    where lower(ignores_dots) in ('true', 't', '1', 'yes', 'y')

),

mailboxes as (

    select
        lead_id,
        created_at,
        split_part(split_part(lower(email), '@', 1), '+', 1) as mailbox,
        split_part(lower(email), '@', 2) as domain,
        not is_deleted and is_email_address(email) as is_reachable
    from leads

),

persons as (

    select
        mailboxes.lead_id,
        mailboxes.created_at,
        case
            when not is_reachable or mailbox = '' then 'lead ' || lead_id
            when free_domains.domain is not null
                then 'email ' || replace(mailbox, '.', '') || '@' || mailboxes.domain
            else 'email ' || mailbox || '@' || mailboxes.domain
        end as person_key
    from mailboxes
    left join free_domains on mailboxes.domain = free_domains.domain

),

first_leads as (

    select
        person_key,
        min({'created_at': created_at, 'lead_id': lead_id}).lead_id as lead_id
    from persons
    group by person_key

)

select
    persons.lead_id as raw_lead_id,
    first_leads.lead_id
from persons
inner join first_leads on persons.person_key = first_leads.person_key;

-- Open leads: here on the day, not deleted, never won, and not lost or lost and reopened since.
create temp table open_leads as
with

outcomes as (

    select
        identity.lead_id,
        lower(clean_text(outcomes.outcome)) as outcome,
        outcomes.occurred_at
    from read_parquet(
        getvariable('raw') || '/outcomes*.parquet', union_by_name = true
    ) as outcomes
    inner join identity on clean_text(outcomes.lead_id) = identity.raw_lead_id
    where cast(outcomes.occurred_at as date) <= getvariable('as_of')

),

closed_leads as (

    select lead_id
    from outcomes
    group by lead_id
    having
        bool_or(outcome = 'won')
        or max(occurred_at) filter (outcome = 'lost')
        > coalesce(max(occurred_at) filter (outcome = 'reopened'), '-infinity')

)

select
    cast(row_number() over () as integer) as lead_number,
    leads.*
from leads
inner join identity on leads.lead_id = identity.raw_lead_id
where
    identity.lead_id = leads.lead_id
    and not leads.is_deleted
    and cast(leads.created_at as date) <= getvariable('as_of')
    and leads.lead_id not in (from closed_leads);

-- What is known of the leads --------------------------------------------------------------------

-- Attributes with a log of changes have the value that was logged last, and none before the first.
create temp table logged_values as
select
    identity.lead_id,
    lower(clean_text(changes.attribute)) as attribute,
    case
        when cast(parse_time(changes.changed_at) as date) <= getvariable('as_of')
            then clean_text(changes.new_value)
    end as value
from read_parquet(
    getvariable('raw') || '/lead_changes*.parquet', union_by_name = true
) as changes
inner join identity on clean_text(changes.lead_id) = identity.raw_lead_id
where cast(parse_time(changes.changed_at) as date) <= current_date
qualify
    row_number() over (
        partition by identity.lead_id, lower(clean_text(changes.attribute))
        order by
            cast(parse_time(changes.changed_at) as date) <= getvariable('as_of') desc,
            parse_time(changes.changed_at) desc,
            clean_text(changes.new_value) desc nulls last
    ) = 1;

create temp table companies as
select
    clean_text(company_id) as company_id,
    clean_text(company_name) as company_name,
    clean_text(industry) as industry,
    clean_text(cast(employee_count as varchar)) as employee_count,
    clean_text(cast(annual_revenue as varchar)) as annual_revenue
from read_parquet(getvariable('raw') || '/companies*.parquet', union_by_name = true)
where clean_text(company_id) is not null
qualify
    row_number() over (
        partition by clean_text(company_id)
        order by
            concat_ws(
                chr(1), sortable(lower(clean_text(domain))), sortable(clean_text(company_name)),
                sortable(clean_text(industry)),
                sortable(clean_text(cast(employee_count as varchar))),
                sortable(clean_text(cast(annual_revenue as varchar))),
                sortable(clean_text(country)), sortable(clean_text(lifecycle_stage))
            ) desc
    ) = 1;

-- One row per open lead x loaded attribute.
create temp table lead_values as
with

filled_leads as (

    select
        open_leads.* replace (
            coalesce(open_leads.company_name, companies.company_name) as company_name,
            coalesce(open_leads.industry, companies.industry) as industry,
            coalesce(open_leads.employee_count, companies.employee_count) as employee_count,
            coalesce(open_leads.annual_revenue, companies.annual_revenue) as annual_revenue
        )
    from open_leads
    left join companies on open_leads.company_id = companies.company_id

),

loaded_values as (

    select
        lead_id,
        lead_number,
        attribute,
        value
    from filled_leads
    unpivot include nulls (
        value for attribute in (
            email, first_name, last_name, phone, job_title, company_name, industry, employee_count,
            annual_revenue, country, region, lead_source, campaign, lifecycle_stage, owner_id
        )
    )

)

select
    loaded_values.lead_number,
    loaded_values.attribute,
    case
        when logged_values.lead_id is null then loaded_values.value
        else logged_values.value
    end as value
from loaded_values
left join logged_values
    on
        loaded_values.lead_id = logged_values.lead_id
        and loaded_values.attribute = logged_values.attribute
where
    loaded_values.attribute in (
        select signal from rules
        union
        select signal from segment_conditions
        union
        select derived_from from seed('reference/lead_attributes')
    );

create temp table distinct_values as
select distinct attribute, value from lead_values;

-- Seniority and department: of the patterns that a title contains the one with the first priority.
create temp table title_attributes as
with

patterns as (

    select
        lower(pattern) as pattern,
        lower(seniority) as seniority,
        lower(department) as department,
        cast(priority as integer) as priority,
        -- A star at the end asks for a word that starts with the pattern instead of the whole word.
        ' ' || case
            when suffix(pattern, '*') then lower(pattern)[:-2]
            else lower(pattern) || ' '
        end as search_text
    from seed('reference/job_title_patterns')

),

titles as (

    select
        value,
        ' ' || trim(regexp_replace(lower(value), '[][\s.,;:/\\_()&|"''+-]+', ' ', 'g')) || ' '
            as words
    from distinct_values
    where attribute = 'job_title'

)

select
    titles.value,
    arg_min(
        patterns.seniority, (patterns.priority, -length(patterns.pattern), patterns.pattern)
    ) as seniority,
    arg_min(
        patterns.department, (patterns.priority, -length(patterns.pattern), patterns.pattern)
    ) as department
from titles
inner join patterns on contains(titles.words, patterns.search_text)
group by titles.value;

-- Domain and type of an address. Suffixes such as edu are looked up by every end of the domain.
create temp table email_attributes as
with

domain_types as (

    select lower(domain) as domain, 'free' as email_type, 2 as preference, false as is_suffix
    from seed('reference/free_email_domains')

    union all

    select lower(domain), 'disposable', 1, false
    from seed('reference/disposable_email_domains')

    union all

    select
        lower(suffix),
        lower(email_type),
        case lower(email_type) when 'disposable' then 1 when 'free' then 2 else 3 end,
        true
    from seed('reference/email_domain_suffixes')

),

emails as (

    select
        value,
        case when is_email_address(value) then lower(split_part(value, '@', 2)) end as email_domain
    from distinct_values
    where
        attribute = 'email'
        and value is not null

),

domain_ends as (

    select
        email_domain,
        unnest(
            list_transform(
                range(1, length(email_domain) - length(replace(email_domain, '.', '')) + 2),
                lambda part: array_to_string(string_split(email_domain, '.')[part:], '.')
            )
        ) as domain_end
    from (select distinct email_domain from emails where email_domain is not null)

),

typed_domains as (

    select
        domain_ends.email_domain,
        arg_min(
            domain_types.email_type, (domain_types.preference, -length(domain_types.domain))
        ) as email_type
    from domain_ends
    inner join domain_types on domain_ends.domain_end = domain_types.domain
    where
        domain_types.is_suffix
        or domain_ends.domain_end = domain_ends.email_domain
    group by domain_ends.email_domain

)

select
    emails.value,
    emails.email_domain,
    case
        when emails.email_domain is null then 'invalid'
        else coalesce(typed_domains.email_type, 'business')
    end as email_type
from emails
left join typed_domains on emails.email_domain = typed_domains.email_domain;

-- One row per attribute, loaded or derived, x loaded value, with what rules compare.
create temp table signal_values as
with

signals as (

    select
        attribute,
        value,
        attribute as signal,
        value as signal_value
    from distinct_values

    union all

    select
        'job_title',
        distinct_values.value,
        unnest(['seniority', 'department']),
        unnest([title_attributes.seniority, title_attributes.department])
    from distinct_values
    left join title_attributes on distinct_values.value = title_attributes.value
    where distinct_values.attribute = 'job_title'

    union all

    select
        'email',
        distinct_values.value,
        unnest(['email_domain', 'email_type']),
        unnest([email_attributes.email_domain, email_attributes.email_type])
    from distinct_values
    left join email_attributes on distinct_values.value = email_attributes.value
    where distinct_values.attribute = 'email'

    union all

    select
        'employee_count',
        distinct_values.value,
        'company_size',
        lower(sizes.company_size)
    from distinct_values
    left join seed('reference/company_size_bands') as sizes
        on
            parse_number(distinct_values.value)
            >= coalesce(cast(sizes.min_employees as double), '-infinity')
            and parse_number(distinct_values.value)
            < coalesce(cast(sizes.max_employees as double) + 1, 'infinity')
    where distinct_values.attribute = 'employee_count'

    union all

    select
        'country',
        distinct_values.value,
        unnest(['country_code', 'market_region']),
        unnest([countries.country_code, lower(countries.market_region)])
    from distinct_values
    left join seed('reference/country_regions') as countries
        on lower(distinct_values.value) = lower(countries.country_name)
    where distinct_values.attribute = 'country'

)

select
    attribute,
    value,
    signal,
    known(signal_value) as known
from signals
where signal in (
    select signal from rules
    union
    select signal from segment_conditions
);

create temp table segment_members as
with

met_conditions as (

    select
        signal_values.attribute,
        signal_values.value,
        segment_conditions.segment_id,
        segment_conditions.condition_count
    from signal_values
    inner join segment_conditions on signal_values.signal = segment_conditions.signal
    where holds(signal_values.known, segment_conditions.condition)

)

select
    lead_values.lead_number,
    met_conditions.segment_id
from lead_values
inner join met_conditions
    on
        lead_values.attribute = met_conditions.attribute
        and lead_values.value is not distinct from met_conditions.value
group by lead_values.lead_number, met_conditions.segment_id, met_conditions.condition_count
having count(*) = met_conditions.condition_count;

-- One row per open lead x dimension x segment that points depend on, if any.
create temp table attribute_points as
with

value_points as (

    select
        signal_values.attribute,
        signal_values.value,
        rules.dimension,
        rules.segment_id,
        sum(capped(rules.points, rules.max_points)) as points
    from signal_values
    inner join rules on signal_values.signal = rules.signal
    where
        rules.measure = 'value'
        and holds(signal_values.known, rules.condition)
    group by all

)

select
    lead_values.lead_number,
    value_points.dimension,
    value_points.segment_id,
    sum(value_points.points) as points
from lead_values
inner join value_points
    on
        lead_values.attribute = value_points.attribute
        and lead_values.value is not distinct from value_points.value
group by all;

-- What the leads did ----------------------------------------------------------------------------

-- Rules that ask for the same events share one count of them.
create temp table counters as
select
    cast(dense_rank() over (
        order by signal, topic, last_age, by_day, event_points, event_half_life_days
    ) as smallint) as counter,
    *
from (
    select
        rule_number,
        signal,
        topic,
        0 as first_age,
        coalesce(window_days - 1, 1000000) as last_age,
        measure = 'active_days' as by_day,
        case when measure = 'each' then points end as event_points,
        case when measure = 'each' then half_life_days end as event_half_life_days
    from rules
    where measure <> 'value'
);

create temp table activity_types as
select
    lower(activity_type) as activity_type,
    lower(channel) as channel,
    lower(is_bot_suspect) in ('true', 't', '1', 'yes', 'y') as is_bot_suspect
from seed('scorecards/activity_types');

create temp table bot_filters as
select
    lower(bot_filter) as bot_filter,
    lower(value) as value
from seed('reference/bot_filters');

create temp view raw_activities as
select * from read_parquet(getvariable('raw') || '/activities*.parquet', union_by_name = true);

-- Few different texts stand in three columns of many rows: they are cleaned once.
create temp table kinds as
with

raw_kinds as (

    select distinct
        activity_type as raw_type,
        channel as raw_channel,
        topic as raw_topic
    from raw_activities

)

select
    raw_kinds.*,
    cast(row_number() over () as integer) as kind,
    lower(clean_text(raw_type)) as activity_type,
    coalesce(lower(clean_text(raw_channel)), activity_types.channel) as channel,
    lower(clean_text(raw_topic)) as topic,
    coalesce(activity_types.is_bot_suspect, false) as is_bot_suspect,
    lower(clean_text(raw_type)) in (
        select value from bot_filters where bot_filter = 'delivery_activity_type'
    ) as is_delivery
from raw_kinds
left join activity_types on lower(clean_text(raw_type)) = activity_types.activity_type
where lower(clean_text(raw_type)) is not null;

create temp table counted_kinds as
select distinct
    kinds.kind,
    counters.* exclude (rule_number, signal, topic)
from kinds
inner join counters
    on
        counters.signal in ('any_activity', kinds.activity_type, 'channel:' || kinds.channel)
        and (counters.topic is null or counters.topic = kinds.topic);

-- Lead ids as activities write them, of all leads that are the person of an open lead.
create temp table lead_numbers as
select
    written_ids.lead_id as raw_lead_id,
    cast(dense_rank() over (order by identity.raw_lead_id) as integer) as raw_lead_number,
    open_leads.lead_number
from (select distinct lead_id from raw_activities) as written_ids
inner join identity on clean_text(written_ids.lead_id) = identity.raw_lead_id
inner join open_leads on identity.lead_id = open_leads.lead_id;

-- Ids that may have come twice, as hashes: those written alike, those that cleaning makes alike,
-- and missing ones.
create temp table doubtful_ids as
with

unclean_ids as (

    select activity_id from raw_activities
    where not regexp_full_match(activity_id, '[!-~]+')

),

doubtful as (

    select hash(activity_id) as id_hash
    from raw_activities
    group by id_hash
    having count(*) > 1

    union all

    select unnest([hash(activity_id), hash(clean_text(activity_id))])
    from unclean_ids

    union all

    select hash(cast(null as varchar))

)

select distinct id_hash from doubtful;

-- When it happened; missing if that is after the day it was loaded.
create temp macro activity_time(occurred_at, loaded_at) as
    case
        when
            cast(parse_time(occurred_at) as date)
            <= coalesce(cast(loaded_at as date), current_date)
            then parse_time(occurred_at)
    end;

-- An activity that came more than once counts as it first came.
create temp table doubtful_activities as
select * from raw_activities
where hash(activity_id) in (from doubtful_ids);

create temp table first_arrivals as
select * from doubtful_activities
where
    clean_text(activity_id) is not null
    and clean_text(lead_id) is not null
    and clean_text(activity_type) is not null
    and activity_time(occurred_at, loaded_at) is not null
qualify
    row_number() over (
        partition by clean_text(activity_id)
        order by
            coalesce(loaded_at, parse_time(occurred_at)),
            parse_time(occurred_at),
            clean_text(lead_id),
            lower(clean_text(activity_type)),
            lower(clean_text(topic)) nulls first,
            clean_text(asset) nulls first,
            clean_text(campaign) nulls first,
            lower(clean_text(channel)) nulls first,
            clean_text(properties) nulls first
    ) = 1;

create temp view activities as
select * from first_arrivals
union all
select * from raw_activities
where hash(activity_id) not in (from doubtful_ids);

create temp table mails as
select
    lead_numbers.raw_lead_number,
    lead_numbers.lead_number,
    kinds.kind,
    kinds.activity_type,
    kinds.is_bot_suspect,
    kinds.is_delivery,
    activity_time(activities.occurred_at, activities.loaded_at) as occurred_at,
    clean_text(activities.campaign) as campaign,
    case when kinds.is_bot_suspect then clean_text(activities.asset) end as asset,
    case when kinds.is_bot_suspect then lower(activities.properties) end as properties
from activities
inner join kinds
    on
        activities.activity_type = kinds.raw_type
        and activities.channel is not distinct from kinds.raw_channel
        and activities.topic is not distinct from kinds.raw_topic
inner join lead_numbers on activities.lead_id = lead_numbers.raw_lead_id
where kinds.is_bot_suspect or kinds.is_delivery;

create temp table bots as
with

limits as (

    select
        to_microseconds(cast(1e6 * max(parse_number(value)) filter (
            bot_filter = 'max_seconds_after_delivery'
        ) as bigint)) as after_delivery,
        to_microseconds(cast(1e6 * max(parse_number(value)) filter (
            bot_filter = 'burst_seconds'
        ) as bigint)) as burst,
        max(parse_number(value)) filter (bot_filter = 'burst_min_assets') as burst_assets,
        max(value) filter (bot_filter = 'burst_activity_type') as burst_activity_type
    from bot_filters

),

right_after_delivery as (

    select suspects.rowid as mail
    from mails as suspects
    inner join mails as deliveries
        on
            suspects.raw_lead_number = deliveries.raw_lead_number
            and suspects.campaign = deliveries.campaign
            and suspects.occurred_at >= deliveries.occurred_at
    cross join limits
    where
        suspects.is_bot_suspect
        and deliveries.is_delivery
        and suspects.occurred_at <= deliveries.occurred_at + limits.after_delivery

),

burst_windows as (

    select
        first_clicks.rowid as first_click,
        list(later_clicks.rowid) as mails
    from mails as first_clicks
    inner join mails as later_clicks
        on
            first_clicks.raw_lead_number = later_clicks.raw_lead_number
            and first_clicks.campaign = later_clicks.campaign
            and first_clicks.occurred_at <= later_clicks.occurred_at
    cross join limits
    where
        first_clicks.is_bot_suspect
        and later_clicks.is_bot_suspect
        and first_clicks.activity_type = limits.burst_activity_type
        and later_clicks.activity_type = limits.burst_activity_type
        and later_clicks.occurred_at <= first_clicks.occurred_at + limits.burst
    group by first_clicks.rowid, limits.burst_assets
    having count(distinct later_clicks.asset) >= limits.burst_assets

),

through_proxy as (

    select mails.rowid as mail
    from mails
    inner join bot_filters
        on
            bot_filters.bot_filter = 'proxy_marker'
            and contains(mails.properties, bot_filters.value)

)

from right_after_delivery
union
select unnest(mails) from burst_windows
union
from through_proxy;

-- One row per open lead x counter; where days are counted, also x day.
create temp table counts as
with

people_activities as (

    select
        lead_number,
        kind,
        getvariable('as_of') - cast(occurred_at as date) as age_days
    from mails
    where
        is_bot_suspect
        and rowid not in (from bots)

    union all

    select
        lead_numbers.lead_number,
        kinds.kind,
        getvariable('as_of')
        - cast(activity_time(activities.occurred_at, activities.loaded_at) as date) as age_days
    from activities
    inner join kinds
        on
            activities.activity_type = kinds.raw_type
            and activities.channel is not distinct from kinds.raw_channel
            and activities.topic is not distinct from kinds.raw_topic
    inner join lead_numbers on activities.lead_id = lead_numbers.raw_lead_id
    where
        not kinds.is_bot_suspect
        and kinds.kind in (select kind from counted_kinds)

)

select
    people_activities.lead_number,
    counted_kinds.counter,
    case when counted_kinds.by_day then people_activities.age_days end as day,
    count(*) as events,
    min(people_activities.age_days) as days_since_last,
    sum(cast(
        counted_kinds.event_points * case
            when counted_kinds.event_half_life_days is null then 1
            else
                power(
                    cast(0.5 as double),
                    people_activities.age_days / counted_kinds.event_half_life_days
                )
        end as decimal(18, 10)
    )) as points
from people_activities
inner join counted_kinds on people_activities.kind = counted_kinds.kind
where
    people_activities.age_days between counted_kinds.first_age and counted_kinds.last_age
group by all;

-- The score -------------------------------------------------------------------------------------

-- One row per open lead x activity rule that fires, with the segment that it asks for, if any.
create temp table activity_points as
with

evidence as (

    select
        lead_number,
        counter,
        sum(events) as events,
        count(day) as active_days,
        min(days_since_last) as days_since_last,
        sum(points) as points
    from counts
    group by lead_number, counter

),

-- Few numbers are compared with conditions, whatever the number of leads.
measured as (

    select
        evidence.lead_number,
        evidence.points,
        counters.rule_number,
        case rules.measure
            when 'events' then evidence.events
            when 'active_days' then evidence.active_days
            when 'days_since_last' then evidence.days_since_last
        end as measured_number
    from evidence
    inner join counters on evidence.counter = counters.counter
    inner join rules on counters.rule_number = rules.rule_number

),

numbers as (

    select distinct
        rule_number,
        measured_number
    from measured
    where measured_number is not null

),

met_numbers as (

    select
        numbers.rule_number,
        numbers.measured_number
    from numbers
    inner join rules on numbers.rule_number = rules.rule_number
    where holds(known(cast(numbers.measured_number as varchar)), rules.condition)

),

-- Rules that hold for a lead without any event.
silent_rules as (

    select rule_number from rules
    where
        measure in ('events', 'active_days', 'days_since_last')
        and holds(known(case when measure <> 'days_since_last' then '0' end), condition)

),

fired as (

    select
        lead_number,
        rule_number,
        points
    from measured
    where measured_number is null

    union all

    select
        measured.lead_number,
        measured.rule_number,
        null
    from measured
    inner join met_numbers
        on
            measured.rule_number = met_numbers.rule_number
            and measured.measured_number = met_numbers.measured_number

    union all

    select
        open_leads.lead_number,
        silent_rules.rule_number,
        null
    from open_leads
    cross join silent_rules
    where (open_leads.lead_number, silent_rules.rule_number) not in (
        select (lead_number, rule_number) from measured
    )

)

select
    fired.lead_number,
    rules.dimension,
    rules.segment_id,
    capped(
        cast(coalesce(fired.points, rules.points) as decimal(12, 2)), rules.max_points
    ) as points
from fired
inner join rules on fired.rule_number = rules.rule_number;

create temp table bands as
select
    lower(dimension) as dimension,
    band,
    cast(min_points as decimal(12, 2)) as min_points,
    lead(cast(min_points as decimal(12, 2))) over (
        partition by lower(dimension) order by cast(min_points as decimal(12, 2)) nulls first
    ) as below_points
from seed('scorecards/score_bands')
where scorecard_id = getvariable('scorecard_id');

create temp macro is_in_band(points, min_points, below_points) as
    (min_points is null or points >= min_points)
    and (below_points is null or points < below_points);

create temp table scores as
with

rule_points as (

    from attribute_points
    union all
    from activity_points

),

dimension_sums as (

    select
        rule_points.lead_number,
        rule_points.dimension,
        sum(rule_points.points) as points
    from rule_points
    left join segment_members
        on
            rule_points.lead_number = segment_members.lead_number
            and rule_points.segment_id = segment_members.segment_id
    where
        rule_points.segment_id is null
        or segment_members.segment_id is not null
    group by rule_points.lead_number, rule_points.dimension

),

dimensions as (

    select dimension from rules
    union
    select lower(dimension) from seed('scorecards/score_dimensions')
    where scorecard_id = getvariable('scorecard_id')
    union
    select dimension from bands
    where dimension <> 'total'

),

dimension_points as (

    select
        open_leads.lead_number,
        dimensions.dimension,
        limited(
            coalesce(dimension_sums.points, 0),
            cast(limits.min_points as decimal(12, 2)),
            cast(limits.max_points as decimal(12, 2))
        ) as points
    from open_leads
    cross join dimensions
    left join dimension_sums
        on
            open_leads.lead_number = dimension_sums.lead_number
            and dimensions.dimension = dimension_sums.dimension
    left join seed('scorecards/score_dimensions') as limits
        on
            limits.scorecard_id = getvariable('scorecard_id')
            and dimensions.dimension = lower(limits.dimension)

),

dimension_bands as (

    select
        dimension_points.*,
        bands.band
    from dimension_points
    left join bands
        on
            dimension_points.dimension = bands.dimension
            and is_in_band(dimension_points.points, bands.min_points, bands.below_points)

),

totals as (

    select
        lead_number,
        sum(points) as points,
        max(points) filter (dimension = 'fit') as fit_points,
        max(points) filter (dimension = 'engagement') as engagement_points,
        max(band) filter (dimension = 'fit') as fit_band,
        max(band) filter (dimension = 'engagement') as engagement_band
    from dimension_bands
    group by lead_number

),

limited_totals as (

    select
        totals.* exclude (points),
        limited(
            totals.points + coalesce(cast(scorecards.base_points as decimal(12, 2)), 0),
            cast(scorecards.min_score as decimal(12, 2)),
            cast(scorecards.max_score as decimal(12, 2))
        ) as score
    from totals
    cross join seed('scorecards/scorecards') as scorecards
    where scorecards.scorecard_id = getvariable('scorecard_id')

)

select
    open_leads.lead_id,
    limited_totals.score,
    limited_totals.fit_points,
    limited_totals.engagement_points,
    limited_totals.fit_band,
    limited_totals.engagement_band,
    bands.band,
    grid.priority
from limited_totals
inner join open_leads on limited_totals.lead_number = open_leads.lead_number
left join bands
    on
        bands.dimension = 'total'
        and is_in_band(limited_totals.score, bands.min_points, bands.below_points)
left join seed('scorecards/priority_grid') as grid
    on
        grid.scorecard_id = getvariable('scorecard_id')
        and limited_totals.fit_band = grid.fit_band
        and limited_totals.engagement_band = grid.engagement_band;

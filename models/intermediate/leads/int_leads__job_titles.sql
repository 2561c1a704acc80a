-- One row per job title that occurs, with the seniority and department that its words tell.
with

attribute_values as (

    select * from {{ ref('int_leads__attribute_values') }}

),

patterns as (

    select * from {{ ref('stg_config__job_title_patterns') }}

),

titles as (

    select distinct value as job_title
    from attribute_values
    where
        attribute = 'job_title'
        and value is not null

),

words as (

    select
        job_title,
        ' ' || {{ normalised_words('job_title') }} || ' ' as words
    from titles

),

matches as (

    select
        words.job_title,
        patterns.pattern,
        patterns.priority,
        patterns.seniority,
        patterns.department
    from words
    inner join patterns on {{ dbt.position('patterns.search_text', 'words.words') }} > 0

),

ranked_seniorities as (

    select
        job_title,
        seniority,
        row_number() over (
            partition by job_title
            order by priority asc, length(pattern) desc, pattern asc
        ) as preference
    from matches
    where seniority is not null

),

ranked_departments as (

    select
        job_title,
        department,
        row_number() over (
            partition by job_title
            order by priority asc, length(pattern) desc, pattern asc
        ) as preference
    from matches
    where department is not null

),

job_titles as (

    select
        titles.job_title,
        ranked_seniorities.seniority,
        ranked_departments.department
    from titles
    left join ranked_seniorities
        on
            titles.job_title = ranked_seniorities.job_title
            and ranked_seniorities.preference = 1
    left join ranked_departments
        on
            titles.job_title = ranked_departments.job_title
            and ranked_departments.preference = 1

)

select * from job_titles

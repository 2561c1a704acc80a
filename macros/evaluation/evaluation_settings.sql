{# The settings that `evaluation_settings.csv` has to hold, each once. #}
{% macro evaluation_settings() -%}
    {{ return([
        'confidence_z', 'interval_tail_share', 'bootstrap_replicates', 'bootstrap_lead_groups',
        'chance_bins',
        'calibration_min_conversions', 'calibration_misfit_z', 'lead_age_prior_sd',
        'amount_prior_conversions', 'rule_min_rows', 'rule_min_conversions', 'rule_prior_sd',
        'leak_information_value', 'psi_some', 'psi_major', 'rate_drift_some_z',
        'rate_drift_major_z', 'drift_min_rows', 'capacity_step_share', 'naive_bayes_start_count',
        'naive_bayes_number_bins', 'naive_bayes_max_levels', 'naive_bayes_min_chance',
        'sample_ratio_z', 'power_z', 'experiment_min_cases', 'shuffled_labels_z',
        'calibration_lead_share', 'calibration_lead_min_conversions',
        'fit_min_leads', 'fit_min_conversions', 'fit_rule_min_leads', 'fit_rule_min_conversions',
        'fit_max_bins', 'fit_merge_p_value', 'fit_cut_min_conversions', 'fit_bend_p_value',
        'fit_min_information_value', 'fit_min_odds_ratio', 'fit_entry_p_value',
        'fit_validation_blocks',
        'fit_points_to_double_odds', 'fit_anchor_score', 'fit_mql_odds_ratio',
        'feedback_min_cases', 'feedback_cluster_z',
    ]) }}
{%- endmacro %}

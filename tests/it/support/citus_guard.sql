-- Refuses what Citus refuses of the statements that shape tables.
CREATE FUNCTION public.refuse_as_citus() RETURNS event_trigger LANGUAGE plpgsql AS $guard$
DECLARE
    changed RECORD;
    message TEXT := regexp_replace(regexp_replace(regexp_replace(current_query(),
        '\$\$.*?\$\$', '', 'g'), '--[^\n]*', '', 'g'), $q$'[^']*'$q$, '', 'g');
    has_several BOOLEAN := message ~ ';\s*\S';
BEGIN
    IF current_setting('application_name') <> 'expense-tracker' THEN RETURN; END IF;
    IF tg_event = 'sql_drop' THEN
        FOR changed IN SELECT objid FROM pg_event_trigger_dropped_objects() WHERE object_type = 'table' LOOP
            DELETE FROM pg_dist_partition WHERE logicalrelid = changed.objid;
            IF FOUND AND has_several THEN
                RAISE EXCEPTION 'cannot insert multiple commands into a prepared statement'; END IF;
        END LOOP;
        RETURN;
    END IF;
    FOR changed IN
        SELECT CASE WHEN classid = 'pg_policy'::regclass THEN (SELECT polrelid FROM pg_policy WHERE oid = objid)
            ELSE COALESCE((SELECT indrelid FROM pg_index WHERE indexrelid = objid), objid) END AS id
        FROM pg_event_trigger_ddl_commands() WHERE classid IN ('pg_class'::regclass, 'pg_policy'::regclass)
    LOOP
        IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = changed.id) OR EXISTS (
            SELECT FROM pg_constraint JOIN pg_dist_partition ON logicalrelid = confrelid
            WHERE contype = 'f' AND conrelid = changed.id)
        THEN
            IF has_several THEN
                RAISE EXCEPTION 'cannot insert multiple commands into a prepared statement'; END IF;
            IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
                RAISE EXCEPTION 'there was a parallel operation on a distributed table in the transaction'; END IF;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = changed.id AND partmethod = 'h') AND EXISTS (
            SELECT FROM pg_constraint JOIN pg_dist_partition ON logicalrelid = confrelid
            WHERE contype = 'f' AND conrelid = changed.id AND partmethod = 'h')
        THEN
            RAISE EXCEPTION 'cannot create foreign key constraint since foreign keys from reference tables and local tables to distributed tables are not supported';
        END IF;
    END LOOP;
END $guard$;
CREATE EVENT TRIGGER refuse_changes ON ddl_command_end EXECUTE FUNCTION public.refuse_as_citus();
CREATE EVENT TRIGGER refuse_drops ON sql_drop EXECUTE FUNCTION public.refuse_as_citus();

-- Stand-ins for the functions of Citus and for its catalog, as far as the order of the statements matters.
CREATE VIEW pg_extension AS SELECT extname, extnamespace FROM pg_catalog.pg_extension
    UNION ALL SELECT 'citus', 'pg_catalog'::regnamespace;
CREATE TABLE pg_dist_partition (logicalrelid REGCLASS, partmethod CHAR, repmodel CHAR);
CREATE TABLE calls (number SERIAL, words TEXT);
CREATE FUNCTION may_change(t REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
        RAISE EXCEPTION 'not sequential'; END IF;
    IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND t IN (conrelid, confrelid)) THEN
        RAISE EXCEPTION 'a foreign key holds %', t; END IF;
    IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) THEN
        RAISE EXCEPTION '% is distributed already', t; END IF;
    IF (SELECT relforcerowsecurity FROM pg_class WHERE oid = t) THEN
        RAISE EXCEPTION 'COPY FROM not supported with row-level security'; END IF;
END $$;
CREATE FUNCTION refuse_to_move() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'modifying the partition value of rows is not allowed';
END $$;
CREATE FUNCTION create_reference_table(t REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
    PERFORM may_change(t);
    INSERT INTO pg_dist_partition VALUES (t, 'n', 't');
    INSERT INTO calls (words) VALUES ('reference ' || t);
END $$;
CREATE FUNCTION create_distributed_table(t REGCLASS, by TEXT, colocate_with TEXT) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
    PERFORM may_change(t);
    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'users'::regclass) THEN
        RAISE EXCEPTION 'users is no reference table yet'; END IF;
    IF colocate_with <> 'none' AND
       NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h') THEN
        RAISE EXCEPTION '% is not distributed', colocate_with; END IF;
    EXECUTE format('CREATE TRIGGER keeps_its_shard BEFORE UPDATE ON %s FOR EACH ROW
        WHEN (OLD.%I IS DISTINCT FROM NEW.%I) EXECUTE FUNCTION refuse_to_move()', t, by, by);
    INSERT INTO pg_dist_partition VALUES (t, 'h', 's');
    INSERT INTO calls (words) VALUES (t || ' by ' || by || ' with ' || colocate_with);
END $$;
CREATE FUNCTION truncate_local_data_after_distributing_table(t REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) THEN
        RAISE EXCEPTION '% is not distributed', t; END IF;
    INSERT INTO calls (words) VALUES ('freed ' || t);
END $$;
